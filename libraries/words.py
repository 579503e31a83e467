"""What library sites say in many languages: of holds, empty lists, refused logins, dates. Each is a pattern."""

import re
from functools import lru_cache

from libraries.account import HoldState


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


NOTHING = _any(
    r"\b(?:no|nothing|none)\b|\bnot have\b|\bnot any\b",
    r"\b(?:keine?n?|nichts)\b",
    r"\b(?:aucune?|pas d|rien)\b|n'avez pas|pas d'",
    r"\b(?:ningun[oa]?|ningún|nada|no hay|no tiene|sin)\b",
    r"\b(?:nessun[oa]?|nulla|niente|non hai|non ha|non ci sono)\b",
    r"\b(?:geen|niets)\b",
    r"\b(?:nenhum[a]?|não tem|não há|não existem)\b",
    r"\b(?:inga|inget|ingen|ingenting|intet|ikke no[eg]\w*)\b|\bikke .{0,12}no[eg]\w*|\bezer\b",
    r"\b(?:ei ole|ei lainoja|ei varauksia|ei maksuja)\b",
    r"\b(?:brak|nie masz|nie posiadasz|nic)\b",
    r"\b(?:nemáte|nemate|žádn\w*|nincs\w*|nu aveți|nu există|yok|bulunmamaktadır|cap|δεν|нет|ничего|немає|няма)\b",
    r"ありません|没有|沒有|لا يوجد|لا توجد|ليس|\bnid oes\b|\bníl\b",
)
IN_TRANSIT = _any(
    r"auf dem weg",
    r"transit|transfer|shipped|unterwegs|transport|acheminement|trasferimento|tránsito|trânsito|onderweg|kuljet|siirre",
    r"på vei|på väg|undervejs|w drodze|na cestě|přeprav|transferred|в пути|yolda|ready soon",
)
NOT_READY = _any(
    r"not (?:yet )?(?:ready|available)|unavailable|(?:noch )?nicht (?:abhol)?bereit|noch nicht|nicht verfügbar",
    r"non disponible|pending|(?:next|first) available",
    r"nächste[sn]?\b|prochain|próxim|prossim|volgende|nästa|neste|seuraava|następn",
    r"no disponible|niet beschikbaar|to be pulled|pulled from|in processing",
    r"wird (?:gerade |noch )?bereitge|in bearbeitung|\bnein\b|\bvorauss|inte tillgänglig|indisponible",
)
READY = _any(
    r"waiting (?:at|here|for you)|\bready|\bavailable|awaiting (?:pick|collect)|hold ?shelf|pick ?up (?:by|now|until)",
    r"bereit(?!s\b)|abholbar|abholen bis|zur abholung|liegt (?:ab|zur|für|in)|wartet (?:in|bei|auf abholung)|verfügbar",
    r"(?<!nicht )\beingetroffen",
    r"en attente (?:à|au|aux|chez|de retrait)|disponible|\b[àa] retirer|mise? de côté|arrivé",
    r"(?<!en )\bprête?s?\b(?=\s*(?:[.,;:]|à\b|pour\b|$))|à (?:cueillir|ramasser)|(?:ramasser|cueillir|récupérer) avant",
    r"esperando en|en espera en|list[oa] para|recoger|in attesa (?:a|presso|di ritiro)|pront[oaie]|disponibile",
    r"ritirare",
    r"\bklaar|wacht (?:op|in|bij)|afhalen|beschikbaar|aguardando (?:em|na|no)|à espera em|disponível|levantar",
    r"väntar på|finns att hämta|hämtas|klar (?:til|for|att)|afhentning|hentes|venter (?:på|i|ved)",
    r"noudettav|odottaa noutoa|oczekuje w|do odbioru|gotow|čeká v|připraven|hazır|готов|ожидает в",
)
SUSPENDED = _any(
    r"suspend|frozen|paused|inactive|ausgesetzt|zurückgestellt|angehalten|gesperrt|pausiert|suspendid|sospes|susp",
    r"opgeschort|uitgesteld|geblokkeerd|pausad|vilande|utsatt|i bero|keskeyt|lukittu|zawiesz|pozastav|askıya|приостан",
)
PENDING = _any(
    r"pending|waiting|queue|not yet|on order|in processing|requested|placed|to be pulled|overdue|recalled",
    r"on loan|checked out|\bwartet\b",
    r"ausstehend|schwebend|unerledigt|vorgemerkt|noch nicht|wartend|warteliste|warteschlange|entliehen|ausgeliehen",
    r"bestellt|reserviert|reserverad|väntar\b|\boffen|überfällig|\b(?:aktiv|active|actief)",
    r"en attente|en cours|réservé|pendiente|pendente|en espera|in attesa|in sospeso|in coda|prenotat",
    r"in behandeling|hangende|in afwachting|wachtrij|gereserveerd|väntande|avvaktar|köar|i kö|venter|afventer|i kø",
    r"odottaa|jonossa|vireillä|oczek|w realizacji|čeká|nevyřízen|beklemede|sırada|ожида|в очереди",
)
UNTIL = _any(
    r"until\b|\bthrough\b|\bby\b|\bbefore\b|\bbis\b|\bjusqu|\bavant\b|\bhasta\b|\bantes\b",
    r"\bfino\b|\bentro\b|\btot\b|\btot en met\b",
    r"\baté\b|\btill\b|\btil\b|\bsenast\b|\binnan\b|\basti\b|\bmennessä\b|\bdo\b|\bkadar\b|\bresumes?\b|до\b",
)
SINCE = _any(r"\b(?:since|seit|ab|depuis|desde|dal?|sinds|sedan|siden|alkaen|od)\b")
EXPIRES = _any(
    r"expir|valid (?:until|through|to)|gültig|ablauf|abgelaufen|läuft.{0,40}\bab\b|\bendet\b",
    r"échéance|valable|valide|caduc|vencim|scaden",
    r"scade|vervalt|vervaldatum|geldig|einddatum|validade|utgår|går ut|giltig|gyldig",
    r"udløb|utløp|vanhen|voimassa|ważn|platn",
    r"vyprší|son kullanma|geçerli|действ|истек",
)
WRONG_LOGIN = _any(
    r"incorrect|invalid|wrong|not (?:recognized|recognised|valid|found|correct)|try again|do(?:es)? not match|failed",
    r"bad credentials|(?:does not|doesn't) exist|no such (?:user|patron|card)|existiert nicht",
    r"n['’]existe pas|\binconnue?\b",
    r"falsch|ungültig|nicht (?:korrekt|richtig|gefunden|gültig|bekannt|erkannt)|fehlgeschlagen",
    r"stimm\w+ nicht|unbekannt|erroné|incorrecte?s?|échou",
    r"invalide|mauvais|incorrect[oa]|inválid|no (?:es )?válid|errat|non corrett|non valid|onjuist",
    r"ongeldig|verkeerd|mislukt|niet herkend",
    r"felaktig|fel (?:användar|lösen|pin)|misslyck|\bfeil|forkert|ugyldig|virheelli",
    r"väärä|epäonnistu|niepoprawn|nieprawidłow",
    r"błęd|nesprávn|chybn|neplatn|hatalı|yanlış|geçersiz|неверн|неправил|невірн|λανθασμέν|érvénytelen|hibás|不正|错误|錯誤",
)
NEW_PIN = _any(
    r"(?:password|pin)\b.{0,30}\b(?:has )?(?:expired|must|change)|first login|reset your password|locked",
    r"(?:passwort|pin|kennwort)\b.{0,40}(?:abgelaufen|ändern)|gesperrt",
    r"mot de passe.{0,30}(?:expiré|chang)|verrouillé|bloqué",
    r"contraseña.{0,30}(?:caduc|expir|cambi)|bloquead|password.{0,30}scadut|bloccat",
    r"wachtwoord.{0,30}(?:verlopen|wijzig)",
    r"geblokkeerd|vergrendeld|lösenord.{0,30}(?:gått ut|byt)|spärra|låst",
    r"salasana.{0,30}vanhen|lukittu|wygasło|zablokow",
)
FROZEN = _any(
    r"frozen|blocked|suspended|barred|restricted|lost or stolen|expired|disabled|deactivated|gesperrt|deaktiviert",
    r"eingefroren|abgelaufen|nicht mehr gültig|no longer valid|verloren|gestohlen",
    r"bloqu|suspendu|gelé|expiré|perdu|congelad|suspendid|caducad|bloccat|sospes|scadut|geblokkeerd|verlopen|bevroren",
    r"gått ut|utgått|utløpt|udløbet|vanhentun",
    r"spärra|avstängd|stängts|sperret|spærret|lukittu|estetty|zablokow|zawiesz|blokov|donduruldu|заблок",
)
NOT_RENEWABLE = re.compile(
    r"(?:nicht (?:mehr |weiter )?|un)verlänger(?:bar|t werden|ung)|verlängerung\w*(?: \w+){0,3} nicht"
    r"|keine (?:weiteren? )?verlängerung|(?:maxim|höchst)\w*.{0,30}verläng.{0,30}erreicht"
    r"|(?:not|cannot)(?: be)? renew|no (?:further |more )?renewal",
    re.IGNORECASE,
)
RENEWABLE = re.compile(r"\bverlängerbar|verlängerung(?:en)? möglich|renewable", re.IGNORECASE)

SENTENCE = re.compile(r"(?<=[.!?])\s+")  # what parts one from the next
TIMES_LEFT = re.compile(r"\(\s*(\d+)\s*\D+?\s*(\d+)\b")

COLUMNS = {  # words in the heads of columns, for pages whose cells carry no classes
    "barcode": (
        "barcode",
        "code-barre",
        "code à barre",
        "código de barra",
        "codice a barre",
        "strichcode",
        "viivakoodi",
    ),
    "call_number": ("call n", "signatur", "cote", "collocazione", "hyllplacering", "oppstilling", "plaatskenmerk"),
    "format": (
        "item type",
        "medientyp",
        "exemplartyp",
        "type de document",
        "tipo de",
        "tipo d",
        "materiaal",
        "exemplartyp",
    ),
    "taken": (
        "checked out on",
        "placed",
        "ausgeliehen am",
        "vorgemerkt",
        "réservé le",
        "reservado",
        "fecha de reserva",
    ),
    "pickup_by": ("last pickup", "pick up before", "abholen bis"),
    "expires": ("expir", "läuft ab", "gültig", "ablauf", "caduc", "scade", "vervalt", "verfällt"),
    "due": ("due", "fällig", "retour", "vencim", "devol", "scaden", "inlever", "terug", "forfall", "eräp", "förfall"),
    "renew": ("renew", "verläng", "renouvel", "prolong", "renova", "rinnov", "verleng", "uusi", "förny", "omlån"),
    "branch": (
        "pick up",
        "pickup",
        "library",
        "bibliothe",
        "bibliote",
        "abholort",
        "site de retrait",
        "ritiro",
        "afhaal",
    ),
    "position": ("priority", "priorit", "rang", "prioridad", "position"),
    "status": ("status", "statut", "estado", "stato", "état", "tila", "stav", "durum"),
}


@lru_cache(maxsize=512)
def hold_state(words: str) -> HoldState:
    """Where a hold stands by the site's words; `UNKNOWN` for words that are not known here."""
    known = (
        (SUSPENDED, HoldState.SUSPENDED),
        (IN_TRANSIT, HoldState.IN_TRANSIT),
        (NOT_READY, HoldState.WAITING),
        (READY, HoldState.READY),
        (PENDING, HoldState.WAITING),
    )
    return next((state for pattern, state in known if pattern.search(words)), HoldState.UNKNOWN)


@lru_cache(maxsize=512)
def renewals_in(words: str) -> tuple[int | None, int | None, str]:
    """From words like "Renew (1 of 3 renewals remaining)": how often it was, how often it can be, and the rest."""
    found = TIMES_LEFT.search(words)
    if not found:
        return None, None, words
    left, allowed = sorted(map(int, found.groups()))
    return allowed - left, left, words[: found.start()].strip()
