package io.weir.relay.changes;

/** What happened to a row. */
enum ChangeKind {
    INSERT,
    UPDATE,
    DELETE
}
