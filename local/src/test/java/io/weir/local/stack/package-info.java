@NullMarked
package io.weir.local.stack;

import org.jspecify.annotations.NullMarked;
