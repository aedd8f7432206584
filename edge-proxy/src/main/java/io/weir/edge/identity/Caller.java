package io.weir.edge.identity;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.keys.KeyIdentity;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who sent the request, from a verified token or API key.
 *
 * @param tenant isolation boundary
 * @param account who pays
 * @param roles what the account may do
 * @param accessToken the caller's access token, empty with an API key; goes to the relay on the caller's own socket and to
 *     metering with what an administrator asks of it, and nowhere else
 * @param key the API key; absent for a signed-in person
 * @param expiresAt from when on the credentials start nothing new, for callers that stay connected; absent where they do
 *     not expire
 */
public record Caller(
        TenantId tenant,
        AccountId account,
        Set<String> roles,
        String accessToken,
        @Nullable KeyIdentity key,
        @Nullable Instant expiresAt) {
    /** The tenant of tokens that name none. */
    public static final TenantId DEFAULT_TENANT = new TenantId("default");
    /** Between tenant and account in a payer's name. */
    static final String SEPARATOR = "::";
    /** What a key may be at most, whatever its account may be. */
    private static final Set<String> KEY_ROLES = Set.of("user");

    public Caller {
        roles = Set.copyOf(roles);
        if (tenant.value().contains(SEPARATOR) || tenant.value().endsWith(":")) {
            throw new IllegalArgumentException("a tenant must not contain " + SEPARATOR + " or end with a colon");
        }
    }

    /** Whoever the key stands for: a plain user of the account that metering names. */
    static Caller of(KeyIdentity key) {
        String payer = key.account().value();
        int between = payer.indexOf(SEPARATOR);
        var tenant = between < 0 ? DEFAULT_TENANT : new TenantId(payer.substring(0, between));
        var account = between < 0 ? key.account() : new AccountId(payer.substring(between + SEPARATOR.length()));
        return new Caller(tenant, account, KEY_ROLES, "", key, key.expiresAt());
    }

    /** Names the API key in usage; absent for a signed-in person. */
    public @Nullable UUID keyId() {
        return key == null ? null : key.keyId();
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
