/** Hand-written stand-ins for the services at this process' boundary. Entry point: {@link io.weir.edge.fake.FakeStack}. */
@NullMarked
package io.weir.edge.fake;

import org.jspecify.annotations.NullMarked;
