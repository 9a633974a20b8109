/** What users of Leek touch: the annotation, the interface to offload through, handles and exceptions. */
@NullMarked
package io.leek;

import org.jspecify.annotations.NullMarked;
