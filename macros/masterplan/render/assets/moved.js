// Redirect from the address of a former page to the page that has its content now, keeping the anchor.
const part = document.getElementById(location.hash.slice(1));
const link = part?.matches("a") ? part : document.getElementById("moved");
location.replace(link.href + location.hash);
