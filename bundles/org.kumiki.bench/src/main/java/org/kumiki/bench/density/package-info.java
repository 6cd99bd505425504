/** How many web servers fit, a container each, and how soon all of them answer: by the platform's driver, and by LXC alone. */
package org.kumiki.bench.density;
