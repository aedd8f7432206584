/** Reading a stream again, and stopping it. Entry point: {@link io.weir.edge.resume.StreamRoutes}. */
@NullMarked
package io.weir.edge.resume;

import org.jspecify.annotations.NullMarked;
