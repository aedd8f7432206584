/** Makes the OpenAPI document say what the JSON looks like. Entry point: {@link
 * io.weir.metering.openapi.PublishedDocument}. */
@NullMarked
package io.weir.metering.openapi;

import org.jspecify.annotations.NullMarked;
