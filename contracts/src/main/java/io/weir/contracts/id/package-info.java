/** Identifiers. Each wraps one string or UUID so that two of them never change places; JSON form is the bare value. */
@NullMarked
package io.weir.contracts.id;

import org.jspecify.annotations.NullMarked;
