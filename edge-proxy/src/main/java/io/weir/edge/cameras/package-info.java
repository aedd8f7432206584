/** Camera frames on their way to workers. Entry point: {@link io.weir.edge.cameras.FrameRoutes}. */
@NullMarked
package io.weir.edge.cameras;

import org.jspecify.annotations.NullMarked;
