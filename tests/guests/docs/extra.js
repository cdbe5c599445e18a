document.documentElement.dataset.ferry = "east";
