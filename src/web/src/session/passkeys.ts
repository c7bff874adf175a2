/** Passkeys by the browser's own JSON helpers; where a browser has none, what they do is done here. */

/** Whether the page can use passkeys at all: only on a secure origin, and only in a browser that knows them. */
export const passkeysWork = () => typeof PublicKeyCredential === 'function' && navigator.credentials !== undefined

/** The person closed the browser's window, or waited too long. */
export const wasCancelled = (error: unknown) => error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')

/** The passkey is on this device already. */
export const isThereAlready = (error: unknown) => error instanceof DOMException && error.name === 'InvalidStateError'

/** Asks for a passkey of this site and returns its answer as JSON. */
export async function usePasskey(options: object, mediation?: CredentialMediationRequirement, signal?: AbortSignal): Promise<object> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON?.(options as PublicKeyCredentialRequestOptionsJSON) ?? requestOptions(options as Json)
  return toJson(await navigator.credentials.get({ publicKey, ...(mediation && { mediation }), signal }))
}

/** Makes a passkey for this site and returns it as JSON. */
export async function makePasskey(options: object): Promise<object> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON?.(options as PublicKeyCredentialCreationOptionsJSON) ?? creationOptions(options as Json)
  return toJson(await navigator.credentials.create({ publicKey }))
}

/** Whether passkeys can be offered inside the field of the user name. */
export const canOfferInField = async () => (await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) ?? false

type Json = Record<string, any> // eslint-disable-line -- The shapes are WebAuthn's own.

function requestOptions(json: Json): PublicKeyCredentialRequestOptions {
  return { ...json, challenge: bytes(json.challenge), allowCredentials: json.allowCredentials?.map((key: Json) => ({ ...key, id: bytes(key.id) })) }
}

function creationOptions(json: Json): PublicKeyCredentialCreationOptions {
  return {
    ...json, challenge: bytes(json.challenge), user: { ...json.user, id: bytes(json.user.id) },
    excludeCredentials: json.excludeCredentials?.map((key: Json) => ({ ...key, id: bytes(key.id) })),
  } as PublicKeyCredentialCreationOptions
}

function toJson(made: Credential | null): object {
  if (!made) throw new DOMException('No passkey.', 'NotAllowedError')
  const credential = made as PublicKeyCredential
  if (typeof credential.toJSON === 'function') return credential.toJSON()
  const response = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse
  const parts: Json = {}
  for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'] as const) {
    if (response[part]) parts[part] = base64Url(response[part])
  }
  if (response.getTransports) parts.transports = response.getTransports()
  return {
    id: credential.id, rawId: base64Url(credential.rawId), type: credential.type, response: parts,
    authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults(),
  }
}

function bytes(base64: string): ArrayBuffer {
  const text = atob(base64.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer
}

function base64Url(buffer: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
