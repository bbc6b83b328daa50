// Forms that a passkey answers: fetches the question, has the browser ask the person, and sends the answer.

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const encode = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const withDecodedIds = (items) => (items ?? []).map((item) => ({ ...item, id: decode(item.id) }));

async function create(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: decode(options.challenge),
      user: { ...options.user, id: decode(options.user.id) },
      excludeCredentials: withDecodedIds(options.excludeCredentials),
    },
  });
  return {
    id: made.id,
    rawId: encode(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: encode(made.response.clientDataJSON),
      attestationObject: encode(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    },
  };
}

async function get(options) {
  const found = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: decode(options.challenge),
      allowCredentials: withDecodedIds(options.allowCredentials),
    },
  });
  const handle = found.response.userHandle;
  return {
    id: found.id,
    rawId: encode(found.rawId),
    type: found.type,
    response: {
      clientDataJSON: encode(found.response.clientDataJSON),
      authenticatorData: encode(found.response.authenticatorData),
      signature: encode(found.response.signature),
      userHandle: handle && handle.byteLength > 0 ? encode(handle) : null,
    },
  };
}

async function question(form) {
  const answer = await fetch(form.dataset.question, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "application/json" },
  });
  if (answer.redirected) {
    window.location.assign(answer.url); // to where one confirms who one is
    return new Promise(() => {});
  }
  if (!answer.ok) throw new Error("The server gave no question. Load the page again.");
  return answer.json();
}

function reason(fault) {
  if (fault.name === "NotAllowedError") return "No passkey was used: it was cancelled, or took too long.";
  if (fault.name === "InvalidStateError") return "This device has a passkey for this account already.";
  if (fault.name === "SecurityError") return "The browser makes no passkeys for this address.";
  return fault.message;
}

async function answerForm(form) {
  const message = form.querySelector("[data-passkey-message]");
  const button = form.querySelector("button");
  message.hidden = true;
  button.disabled = true;
  try {
    const ask = form.dataset.passkey === "create" ? create : get;
    form.elements.answer.value = JSON.stringify(await ask(await question(form)));
    form.submit();
  } catch (fault) {
    message.textContent = reason(fault);
    message.hidden = false;
    button.disabled = false;
    button.focus();
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (window.PublicKeyCredential) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answerForm(form);
    });
  } else {
    form.querySelector("button").disabled = true;
    const message = form.querySelector("[data-passkey-message]");
    message.textContent = "This browser has no passkeys, or the page is not reached by https.";
    message.hidden = false;
  }
}
