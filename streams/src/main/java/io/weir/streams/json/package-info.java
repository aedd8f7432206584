/** Reading and writing one-line JSON without trees. Entry point: {@link io.weir.streams.json.JsonSlices}. */
@NullMarked
package io.weir.streams.json;

import org.jspecify.annotations.NullMarked;
