import {
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  GraphQLScalarType,
  getNamedType,
  parse,
  Source,
  validate,
} from 'graphql';
import { z } from 'zod';
import type { Actor } from '../access.ts';
import type { Violation } from '../description/violation.ts';
import type { Answer } from '../http/routes.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import type { Asker } from './reach.ts';
import { rootOf } from './root.ts';
import { githubSchema } from './schema.ts';

const Request = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/**
 * Answers one request for GraphQL, by GitHub's published schema. What does not fit it is told to `observe`, too; a field of
 * it that is not played answers an error that names it. @throws {Refusal} 401 and 400, as GitHub's edge does
 */
export async function answerGraphql(
  { world, actor, body }: { readonly world: World; readonly actor: Actor; readonly body: unknown },
  observe: (violation: Violation) => void,
): Promise<Answer> {
  if (actor.kind !== 'token') throw new Refusal(401, 'This endpoint requires you to be authenticated.');
  const request = Request.safeParse(body);
  if (!request.success) throw new Refusal(400, 'Problems parsing JSON');
  const { query, variables, operationName } = request.data;
  const wrong = (errors: readonly GraphQLError[]): Answer => {
    for (const { message } of errors) observe({ operation: 'graphql', where: 'request', message });
    return { status: 200, body: { errors: errors.map(shown) } };
  };
  const document = parsed(query);
  if (document instanceof GraphQLError) return wrong([document]);
  const schema = githubSchema();
  const invalid = validate(schema, document);
  if (invalid.length > 0) return wrong(invalid);
  const asker: Asker = { world, actor };
  const { data, errors = [] } = await execute({
    ...{ schema, document, rootValue: rootOf(asker), fieldResolver: played },
    variableValues: variables ?? {},
    operationName: operationName ?? null,
  });
  // Nothing was carried out: its variables are not what it says they are.
  if (data === undefined) return wrong(errors);
  return { status: 200, body: { data, ...(errors.length === 0 ? {} : { errors: errors.map(shown) }) } };
}

function parsed(query: string) {
  try {
    return parse(new Source(query));
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** A property is what the field is, a function what it is for these arguments. */
const played: GraphQLFieldResolver<Record<string, unknown>, unknown> = (source, args, _context, info) => {
  const { parentType, fieldName, returnType } = info;
  const value = source[fieldName];
  if (value === undefined) {
    const what = getNamedType(returnType) instanceof GraphQLScalarType ? 'field' : 'part';
    throw new GraphQLError(`The stand-in of GitHub does not play the ${what} ${parentType.name}.${fieldName}`);
  }
  return typeof value === 'function' ? value(args) : value;
};

/** GitHub has the kind of an error beside its message. */
function shown(error: GraphQLError): object {
  const { message, locations, path, extensions } = error;
  const { type } = extensions;
  return { ...(type === undefined ? {} : { type }), message, locations, ...(path === undefined ? {} : { path }) };
}
