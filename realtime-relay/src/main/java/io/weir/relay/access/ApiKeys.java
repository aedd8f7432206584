package io.weir.relay.access;

import io.weir.contracts.id.TenantId;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The opaque API keys of the configuration. */
@Singleton
public class ApiKeys {
    private final Map<String, TenantId> tenants;

    ApiKeys(AccessConfig config) {
        Map<String, TenantId> parsed = new LinkedHashMap<>();
        for (String entry : config.apiKeys().orElse(List.of())) {
            int colon = entry.lastIndexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("weir.relay.api-keys: an entry is not key:tenant");
            }
            parsed.put(entry.substring(0, colon), new TenantId(entry.substring(colon + 1)));
        }
        this.tenants = Map.copyOf(parsed);
    }

    /** The tenant that {@code key} names; empty for a key that is not in the configuration. */
    public Optional<TenantId> tenantOf(String key) {
        return Optional.ofNullable(tenants.get(key));
    }

    /** True for an opaque key, ours or one in the form of Supabase's: whatever it is, it is no token. */
    public boolean isKey(String text) {
        return text.startsWith("sb_") || tenants.containsKey(text);
    }
}
