package io.weir.relay.redis;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a server may keep our logs, by its own {@code INFO}. */
final class Fitness {
    private static final int OLDEST = 7;

    private Fitness() {}

    /** What is wrong with a server; null if nothing is. */
    static @Nullable String unfit(String info) {
        Map<String, String> fields = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        String version = fields.getOrDefault("redis_version", "0");
        if (Integer.parseInt(version.substring(0, Math.max(1, version.indexOf('.')))) < OLDEST) {
            return "speaks Redis " + version + "; sharded publication needs 7 or newer, or Valkey";
        }
        String policy = fields.getOrDefault("maxmemory_policy", "noeviction");
        return policy.equals("noeviction")
                ? null
                : "has maxmemory-policy " + policy + " and may drop parts of a stream; set noeviction";
    }
}
