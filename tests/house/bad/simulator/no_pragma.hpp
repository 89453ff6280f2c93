// Opens well, and may be included twice. breaks: headers
