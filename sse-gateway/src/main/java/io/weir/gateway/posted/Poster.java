package io.weir.gateway.posted;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.keys.KeyIdentity;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who posts, from a verified token or API key.
 *
 * @param tenant isolation boundary
 * @param account who pays
 * @param roles what the account may do
 * @param workspaces of which it is a member
 * @param apiKey names the API key in usage; absent for a person's token
 */
record Poster(
        TenantId tenant,
        AccountId account,
        Set<String> roles,
        Set<String> workspaces,
        @Nullable UUID apiKey) {
    private static final TenantId DEFAULT_TENANT = new TenantId("default");
    private static final String SEPARATOR = "::";
    private static final String WORKER = "worker";
    /** What a key may be at most, whatever its account may be. */
    private static final Set<String> KEY_ROLES = Set.of("user");

    Poster {
        roles = Set.copyOf(roles);
        workspaces = Set.copyOf(workspaces);
        if (tenant.value().contains(SEPARATOR) || tenant.value().endsWith(":")) {
            throw new IllegalArgumentException("a tenant must not contain " + SEPARATOR + " or end with a colon");
        }
    }

    /** Whoever the key stands for: a plain user of the account that metering names, and a member of no workspace. */
    static Poster of(KeyIdentity key) {
        String payer = key.account().value();
        int between = payer.indexOf(SEPARATOR);
        TenantId tenant = between < 0 ? DEFAULT_TENANT : new TenantId(payer.substring(0, between));
        AccountId account = between < 0 ? key.account() : new AccountId(payer.substring(between + SEPARATOR.length()));
        return new Poster(tenant, account, KEY_ROLES, Set.of(), key.keyId());
    }

    static TenantId defaultTenant() {
        return DEFAULT_TENANT;
    }

    /** The account's name at metering, which knows no tenants. Two different accounts never share one. */
    AccountId payer() {
        boolean plain = tenant.equals(DEFAULT_TENANT) && !account.value().contains(SEPARATOR);
        return plain ? account : new AccountId(tenant + SEPARATOR + account);
    }

    boolean isMember(String workspace) {
        return workspaces.contains(workspace) || roles.contains(WORKER);
    }

    boolean is(Poster other) {
        return tenant.equals(other.tenant) && account.equals(other.account);
    }
}
