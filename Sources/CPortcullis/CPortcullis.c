#include "portcullis.h"
