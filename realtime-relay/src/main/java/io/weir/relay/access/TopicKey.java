package io.weir.relay.access;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;

/** Which topic a name means for one caller. Two callers meet on a topic only where their keys are equal. */
public sealed interface TopicKey {
    /** Isolation boundary. */
    TenantId tenant();

    /** The name, without {@code realtime:} and without the tenant. */
    String name();

    /**
     * A topic that each account has for itself, such as a session.
     *
     * @param tenant isolation boundary
     * @param owner whose it is
     * @param name its name
     */
    record Owned(TenantId tenant, AccountId owner, String name) implements TopicKey {}

    /**
     * A topic that the table has a row for and all of a tenant share.
     *
     * @param tenant isolation boundary
     * @param name its name
     */
    record Shared(TenantId tenant, String name) implements TopicKey {}

    /**
     * A public topic whose name matches no row of the table.
     *
     * @param tenant isolation boundary
     * @param name its name
     */
    record Free(TenantId tenant, String name) implements TopicKey {}
}
