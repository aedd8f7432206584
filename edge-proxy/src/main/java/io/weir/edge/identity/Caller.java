package io.weir.edge.identity;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import java.util.Set;

/**
 * Who sent the request, from a verified token.
 *
 * @param tenant isolation boundary
 * @param account who pays
 * @param roles what the account may do
 * @param accessToken the caller's access token; goes to the relay on the caller's own socket and nowhere else
 */
public record Caller(TenantId tenant, AccountId account, Set<String> roles, String accessToken) {
    /** The tenant of tokens that name none. */
    public static final TenantId DEFAULT_TENANT = new TenantId("default");
    /** Between tenant and account in a payer's name. */
    static final String SEPARATOR = "::";

    public Caller {
        roles = Set.copyOf(roles);
        if (tenant.value().contains(SEPARATOR) || tenant.value().endsWith(":")) {
            throw new IllegalArgumentException("a tenant must not contain " + SEPARATOR + " or end with a colon");
        }
    }

    /**
     * The account's name at metering, which knows no tenants: the account alone in the default tenant, else with the
     * tenant in front. Two different callers never share one.
     */
    public AccountId payer() {
        boolean plain = tenant.equals(DEFAULT_TENANT) && !account.value().contains(SEPARATOR);
        return plain ? account : new AccountId(tenant + SEPARATOR + account);
    }

    @Override
    public String toString() {
        return "Caller[" + tenant + " " + account + "]";
    }
}
