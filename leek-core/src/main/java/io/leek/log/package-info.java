/** What Leek says of itself: how it is set up, and trouble that goes on. */
@NullMarked
package io.leek.log;

import org.jspecify.annotations.NullMarked;
