/** The line that greets one visitor. */
export function greet(name) {
  return `Hello, ${name}!`;
}
