package io.weir.relay.phoenix;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** Bounds of broadcasts over HTTP; the payload's is that of sockets. */
@ConfigMapping(prefix = "weir.relay.http-broadcast")
public interface HttpBroadcastConfig {
    /** Messages a second of one account, and as many at once. Over it requests are answered with 429. */
    @WithDefault("500")
    @Min(1)
    int perSecond();

    /** Messages of one request. Over it the request is answered with 429. */
    @WithDefault("500")
    @Min(1)
    int batch();

    /** Accounts whose rate is remembered. At the bound the one that was silent for longest begins anew. */
    @WithDefault("10000")
    @Min(1)
    @Max(1_000_000)
    int accounts();
}
