package io.weir.relay.access;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.TenantId;

/**
 * One session, and one account that it may be shared with.
 *
 * @param tenant isolation boundary
 * @param owner whose session it is
 * @param session the session
 * @param account who else
 */
public record Share(TenantId tenant, AccountId owner, SessionId session, AccountId account) {}
