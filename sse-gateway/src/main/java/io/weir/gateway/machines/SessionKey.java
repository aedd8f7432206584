package io.weir.gateway.machines;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.TenantId;

/** A conversation, across accounts: two accounts with one session id have two conversations. */
public record SessionKey(TenantId tenant, AccountId account, SessionId session) {}
