/** Gateways append streams here; the relay suspects silent ones and has metering judge. Entry point: {@link io.weir.relay.ingest.AppendEndpoint}. */
@NullMarked
package io.weir.relay.ingest;

import org.jspecify.annotations.NullMarked;
