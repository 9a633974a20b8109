/** Fetches tasks, runs them, and answers. */
@NullMarked
package io.leek.worker;

import org.jspecify.annotations.NullMarked;
