export type Schema = Readonly<Record<string, unknown>>;

/** The name that references are made absolute with. */
export const DOCUMENT = 'github';

/** In the list of installations, and there alone, the description asks an account to be a user and an enterprise at once. */
function isUserAndEnterprise({ allOf }: Record<string, unknown>): boolean {
  return Array.isArray(allOf) && allOf.map(({ title }) => title).join() === 'Simple User,Enterprise';
}

/** Every comment on lines is described with a line; one on a whole file has none, which webhooks are described with. */
function withoutLine({ title, properties }: Record<string, unknown>): Record<string, unknown> {
  if (title !== 'Pull Request Review Comment' || typeof properties !== 'object') return {};
  const { line, original_line: originalLine } = properties as Record<string, object>;
  const orNone = { line: { ...line, nullable: true }, original_line: { ...originalLine, nullable: true } };
  return { properties: { ...properties, ...orNone } };
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type of its own; the rest means the same to both. */
export function jsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(jsonSchema);
  if (schema === null || typeof schema !== 'object') return schema;
  // Examples are not looked at, and some have fields that look like keywords.
  const { nullable, example: _, examples: __, ...rest } = schema as Record<string, unknown>;
  if (isUserAndEnterprise(rest)) return jsonSchema({ nullable, anyOf: rest.allOf });
  const converted: Record<string, unknown> = Object.fromEntries(
    Object.entries({ ...rest, ...withoutLine(rest) }).map(([key, value]) => [key, convertedField(key, value)]),
  );
  if (nullable !== true) return converted;
  return { anyOf: [{ type: 'null' }, converted] };
}

function convertedField(key: string, value: unknown): unknown {
  if (key === '$ref' && typeof value === 'string') return `${DOCUMENT}${value}`;
  return key === 'enum' ? value : jsonSchema(value);
}
