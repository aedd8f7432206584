/** What is told to many is encoded once for each form that they read. Entry point: {@link io.weir.relay.forms.Forms}. */
@NullMarked
package io.weir.relay.forms;

import org.jspecify.annotations.NullMarked;
