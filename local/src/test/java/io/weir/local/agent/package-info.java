@NullMarked
package io.weir.local.agent;

import org.jspecify.annotations.NullMarked;
