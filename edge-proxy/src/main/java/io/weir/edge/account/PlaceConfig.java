package io.weir.edge.account;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** What pages are told about this place. */
@ConfigMapping(prefix = "weir.edge.realtime")
public interface PlaceConfig {
    /** Public base URL for realtime clients. Absent: the origin that the page itself was asked from. */
    Optional<String> url();

    /** Public key that realtime clients send; it names a tenant and opens nothing by itself. */
    @WithDefault("weir-local")
    String key();
}
