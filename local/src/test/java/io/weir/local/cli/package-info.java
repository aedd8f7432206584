@NullMarked
package io.weir.local.cli;

import org.jspecify.annotations.NullMarked;
