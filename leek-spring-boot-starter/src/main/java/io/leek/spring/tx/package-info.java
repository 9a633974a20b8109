/** Offloading inside the application's transaction: sent after the commit, never after a rollback. */
@NullMarked
package io.leek.spring.tx;

import org.jspecify.annotations.NullMarked;
