/** Topics that belong to whoever writes to them first. */
@NullMarked
package io.weir.contracts.slots;

import org.jspecify.annotations.NullMarked;
