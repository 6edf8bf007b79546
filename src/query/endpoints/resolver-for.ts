import type Database from "better-sqlite3";
import type { Question } from "../question.ts";
import { endpointFunctions } from "./endpoint-functions.ts";
import { EndpointResolver } from "./endpoint-resolver.ts";
import { namingDefaults } from "./naming.ts";
import { storedNames } from "./stored-names.ts";

/** Who is who in a database, for a question and for the SQL that answers it. */
export function resolverFor(
  database: Database.Database,
  { naming = namingDefaults }: Question,
): EndpointResolver {
  const names = storedNames(database);
  endpointFunctions(database, naming, names);
  return new EndpointResolver(naming, names);
}
