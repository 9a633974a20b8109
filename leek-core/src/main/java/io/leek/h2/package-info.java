/** What server and application have to agree on where both write to one H2 file in one process. */
@NullMarked
package io.leek.h2;

import org.jspecify.annotations.NullMarked;
