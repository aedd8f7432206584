/** One table from runs to what callers and viewers are promised. Entry point: {@link io.weir.streams.render.Renderer}. */
@NullMarked
package io.weir.streams.render;

import org.jspecify.annotations.NullMarked;
