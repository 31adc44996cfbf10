"""Reading sprites from where they lie: folders of pictures, sheets, Aseprite's JSON, our atlas format."""
