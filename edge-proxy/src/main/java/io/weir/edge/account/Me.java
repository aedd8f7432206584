package io.weir.edge.account;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import io.weir.edge.identity.Caller;
import java.util.List;

/**
 * Answer of {@code GET /api/me}.
 *
 * @param account who pays
 * @param tenant isolation boundary
 * @param roles what the account may do, sorted
 */
public record Me(AccountId account, TenantId tenant, List<String> roles) {
    static Me of(Caller caller) {
        return new Me(
                caller.account(),
                caller.tenant(),
                caller.roles().stream().sorted().toList());
    }
}
