import type Database from "better-sqlite3";
import type { Question } from "../question.ts";
import { endpointFunctions } from "./endpoint-functions.ts";
import { EndpointResolver } from "./endpoint-resolver.ts";
import { namingDefaults } from "./naming.ts";
import { type StoredNames, storedNames } from "./stored-names.ts";

/** Who is who in a database, for a question and for the SQL that answers it; read when needed. */
export class AskedNames {
  readonly #database: Database.Database;
  readonly #question: Question;
  #names: StoredNames | undefined;

  constructor(database: Database.Database, question: Question) {
    this.#database = database;
    this.#question = question;
  }

  get stored(): StoredNames {
    if (this.#names !== undefined) return this.#names;
    const names = storedNames(this.#database);
    endpointFunctions(this.#database, this.#question.naming ?? namingDefaults, names);
    this.#names = names;
    return names;
  }

  get resolver(): EndpointResolver {
    return new EndpointResolver(this.#question.naming ?? namingDefaults, this.stored);
  }
}
