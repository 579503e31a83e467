// Passkeys: shows the forms that need them where the browser has them, and fills in what the device answers.
(() => {
  const forms = document.querySelectorAll("form[data-passkey]");
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  // The options as they come in JSON, with bytes where the browser wants bytes.
  const readable = ({ publicKey: options }) => {
    const key = (each) => ({ ...each, id: bytes(each.id) });
    const made = { ...options, challenge: bytes(options.challenge) };
    if (options.user) made.user = key(options.user);
    for (const list of ["allowCredentials", "excludeCredentials"]) {
      if (options[list]) made[list] = options[list].map(key);
    }
    return { publicKey: made };
  };

  const sendable = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    const { id, type } = credential;
    return { id, type, rawId: text(credential.rawId), response, clientExtensionResults: credential.getClientExtensionResults() };
  };

  const written = () => JSON.parse(document.getElementById("passkey-options").textContent);
  const fetched = async (form) => {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    return answer.json();
  };

  const ways = {
    "sign-in": async (form) => navigator.credentials.get(readable((await fetched(form)).request_options)),
    use: () => navigator.credentials.get(readable(written().request_options)),
    add: () => navigator.credentials.create(readable(written().creation_options)),
  };

  for (const form of forms) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const trouble = form.querySelector("[role=alert]");
      trouble.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(sendable(await ways[form.dataset.passkey](form)));
      } catch (error) {
        trouble.hidden = false; // refused, timed out, or not to be had
        return;
      }
      form.submit();
    });
  }
  document.querySelectorAll("[data-no-passkeys]").forEach((each) => { each.hidden = true; });
})();
