/** From a captured call to a task record: the recording proxy, the registered task methods and their checks. */
@NullMarked
package io.leek.spring.offload;

import org.jspecify.annotations.NullMarked;
