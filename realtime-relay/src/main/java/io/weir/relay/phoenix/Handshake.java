package io.weir.relay.phoenix;

import io.weir.contracts.id.TenantId;
import io.weir.relay.access.Viewer;
import org.jspecify.annotations.Nullable;

/**
 * What a socket's upgrade request said.
 *
 * @param vsn the serialisation
 * @param tenant the tenant of the API key
 * @param viewer who the socket belongs to where no join says otherwise; absent where only an opaque key came
 */
record Handshake(Vsn vsn, TenantId tenant, @Nullable Viewer viewer) {}
