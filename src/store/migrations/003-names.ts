/**
 * Names. A pod has the interface that its name gives for all of its life, so that its row is the
 * lease of that interface; `hash` is what stands behind the prefix of the interface. A lease says
 * when an address was seen at the pod with that hash, first and last; with an empty hash, that it
 * was the node's own. `to_time` is NULL while that lasts. Nothing was ever written to the tables of
 * the first schema.
 */
export const namesSchema = `
DROP TABLE leases;
DROP TABLE endpoints;

CREATE TABLE pods (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,
  uid TEXT NOT NULL,
  from_time INTEGER NOT NULL,
  to_time INTEGER,
  UNIQUE (uid, namespace, name)
) STRICT;
CREATE INDEX pods_by_hash ON pods (hash);

CREATE TABLE leases (
  address BLOB NOT NULL,
  node INTEGER NOT NULL,
  hash TEXT NOT NULL,
  from_time INTEGER NOT NULL,
  to_time INTEGER,
  PRIMARY KEY (address, node, hash)
) STRICT, WITHOUT ROWID;
`;
