/** Hands the person a file that was made on the page. */
export function saveFile(name: string, type: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = Object.assign(document.createElement('a'), { href: address, download: name })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** Lines as a table that spreadsheets open; texts that they would run as formulas are made harmless. */
export function csvOf(rows: readonly (readonly (string | number | undefined | null)[])[]): string {
  const cell = (value: string | number | undefined | null) => {
    const text = String(value ?? '')
    const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
    return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless
  }
  // The mark at the beginning makes spreadsheets read it as UTF-8.
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}
