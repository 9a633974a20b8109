/** An engine of somebody else's, as the contract of the store sees it. */
@NullMarked
package io.leek.server.engine;

import org.jspecify.annotations.NullMarked;
